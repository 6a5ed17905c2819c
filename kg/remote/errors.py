"""What can be wrong with another server, told so that somebody can do something about it."""

from __future__ import annotations

from ..errors import KgError


class RemoteError(KgError):
    """A remote endpoint that does not do its part.

    *status*: what a service that stands before it answers (HTTP); *retry_after*: seconds, where it told some;
    *was_sent*: the request may have reached it.
    """

    status = 502
    was_sent = True

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message, retry_after)  # all of them: so it passes between processes
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


class RemoteGone(RemoteError):
    """Nobody answers at its address, or the connection breaks."""

    status = 503


class RemoteSlow(RemoteError):
    """The answer is not whole within the time there is."""

    status = 503


class RemoteBusy(RemoteError):
    """It wants to be asked later (429, 503)."""

    status = 503


class RemoteUnknown(RemoteError):
    """Nobody can tell whether an update was carried out."""


class RemoteNonsense(RemoteError):
    """An answer that is none: another type, cut, a redirect, not HTTP."""


class RemoteTooLarge(RemoteError):
    """An answer over the limit."""
