"""The refusal of an AWS request: what every part of the simulator raises and one place answers."""


class ServiceError(Exception):
    """`code` is the exception's name in the service model, such as ThrottlingException."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after  # seconds


def invalid(message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message)
