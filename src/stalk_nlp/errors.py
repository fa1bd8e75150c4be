"""Every error the package raises on purpose.

    StalkNLPError
    ├── UsageError                 an option or argument is wrong, or one is missing
    │   ├── AmbiguousDateOrderError    day and month cannot be told apart
    │   └── NotInThisVersionError      promised by the contract, not built yet
    ├── InputError                 an input cannot be read
    │   ├── UnknownFormatError         no reader recognises the file
    │   ├── AmbiguousFormatError       two readers recognise the file
    │   ├── CorruptInputError          recognised, but broken
    │   └── UnsafeInputError           zip bomb, path traversal, XML entities
    ├── CaseError                  a case folder is missing, in the way, or broken
    └── ModelError                 a model is missing, altered or of another version

The message is one plain sentence that says what to do. It may name files, rows
and options, and never holds message text.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousDateOrderError",
    "AmbiguousFormatError",
    "CaseError",
    "CorruptInputError",
    "InputError",
    "ModelError",
    "NotInThisVersionError",
    "StalkNLPError",
    "UnknownFormatError",
    "UnsafeInputError",
    "UsageError",
]


class StalkNLPError(Exception):
    """Root of every error raised on purpose."""


class UsageError(StalkNLPError):
    """An option or argument is wrong, or one that is needed is missing."""


class AmbiguousDateOrderError(UsageError):
    """Day and month cannot be told apart in an export; a person must say which is first."""


class NotInThisVersionError(UsageError):
    """A command or option of the contract that this version does not have yet."""


class InputError(StalkNLPError):
    """An input cannot be read."""


class UnknownFormatError(InputError):
    """No reader recognises the file."""


class AmbiguousFormatError(InputError):
    """Two readers recognise the same file; both are named in the message."""


class CorruptInputError(InputError):
    """The format is recognised, but the file is broken beyond reading."""


class UnsafeInputError(InputError):
    """The file could harm the workstation (zip bomb, path traversal, XML entities)."""


class CaseError(StalkNLPError):
    """A case folder is missing, in the way, or broken."""


class ModelError(StalkNLPError):
    """A model is missing, altered, or made for another version of the program."""
