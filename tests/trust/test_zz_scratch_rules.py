from tests.trust.test_races import *
