"""Messages on their way to people: queueing, composing, handing over."""
