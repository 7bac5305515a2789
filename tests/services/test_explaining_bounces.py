"""What an explanation says of an address that mails came back from."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.services.explaining import deliver, pass_days, reasons
from tests.services.reminding import at, one_task, tick
from tracker.directory.models import User
from tracker.outbox.models import BouncedAddress, OutboxMessage


def test_an_address_whose_mails_came_back(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-07-20")
    email = session.get_one(User, city.people["handler"].user_id).email
    session.add(BouncedAddress(address=email, bounced_at=at("2023-08-01"), code="5.1.1", text="no such user"))
    session.flush()
    words = "Nobody to send it to: mails to the address of 市民政局 经办人 came back."
    assert reasons(session, city, "2023-08-22", now="2023-08-02") == [words]
    tick(session, city.plan, "2023-08-22")
    assert reasons(session, city, "2023-08-22", now="2023-08-22") == [words]


def test_a_mail_that_was_sent_and_came_back(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-22")
    deliver(session)
    session.execute(update(OutboxMessage).values(reason="bounced"))
    assert reasons(session, city, "2023-08-22", now="2023-08-23") == [
        "Sent at 08:31 on 22 August 2023, in the digest of that day.",
        "That mail came back: it did not arrive.",
    ]
