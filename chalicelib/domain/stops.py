"""What a platform's later file says against sending an order that is here: until its shop has
decided, nothing more of it is packed or sent."""

from .fields import Body, Id, Instant, Model


class Stop(Model):
    """import_id: of the file. says: a keyed hash of its words, which anybody may have written, so
    that what was decided is not asked again. sent_anyway: the shop has looked, and it goes out."""

    import_id: str
    says: str
    at: Instant
    sent_anyway: bool = False

    def decided(self) -> "Stop":
        return self.model_copy(update={"sent_anyway": True})


class SendAnyway(Body):
    """import_id: of the stop that was looked at."""

    import_id: Id
