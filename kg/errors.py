"""The errors that a user can do something about: each says what, where and what to do."""


class KgError(Exception):
    """A fault in what was given to the program, told in one line."""


class UnreadableDocument(KgError):
    """A file that cannot be read as a plan."""


class NotAPlan(KgError):
    """A text that can be read but has nothing of an administrative document."""


class CorrectionsError(KgError):
    """A file of corrections that cannot be read or written, or a correction that cannot be made."""


class UnknownQuestion(KgError):
    """A question, or a parameter of one, that the catalogue does not have."""


class ScopeError(KgError):
    """A choice of a part of the dataset that is not of the form that it has to have."""


class UnknownName(KgError):
    """A name or an IRI that the dataset has nothing for."""


class UnknownValue(UnknownQuestion):
    """A value that a parameter of a question cannot take.

    *parameter*: its name; *suggestions*: (what to give instead, what it is called), nearest first.
    """

    def __init__(
        self, message: str, parameter: str, suggestions: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(
            message, parameter, suggestions
        )  # all of them: so it passes between processes
        self.message = message
        self.parameter = parameter
        self.suggestions = suggestions

    def __str__(self) -> str:
        return self.message


class StoreError(KgError):
    """A store that is missing, damaged or of another version."""


class StoreBusy(StoreError):
    """Another process is writing the store."""


class DiskFull(StoreError):
    """No room is left where the store is; what was to be written was not."""


class OtherLayout(StoreError):
    """A store whose files have another form than this version of the program writes.

    *layout*: its form; *ours*: the one that this version has.
    """

    def __init__(self, folder: object, layout: int, ours: int) -> None:
        super().__init__(folder, layout, ours)  # all of them: so it passes between processes
        self.folder, self.layout, self.ours = folder, layout, ours

    @property
    def is_earlier(self) -> bool:
        return self.layout < self.ours

    def __str__(self) -> str:
        if self.is_earlier:
            return (
                f"{self.folder}: an earlier version of the program made the store (form {self.layout}, today's "
                f"is {self.ours}); bring it to today's, with a backup first, by: kg upgrade --store {self.folder}"
            )
        return (
            f"{self.folder}: a later version of the program made the store (form {self.layout}, this one knows "
            f"{self.ours}); use that version; nothing was changed"
        )


class LinksError(KgError):
    """A file of links, or a link, that cannot be taken."""


class NotReference(KgError):
    """A graph that cannot be taken in as reference data."""


class QueryError(KgError):
    """A SPARQL query that cannot be run.

    *line* and *column* count from 1; None where the engine does not tell.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class ForbiddenQuery(KgError):
    """A query that asks for what this service does not do (write, fetch from elsewhere)."""
