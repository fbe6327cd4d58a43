"""Error types that a runtime may send, and those that Lambda keeps, in the emulator and on AWS's own server."""

SENT_AND_KEPT = [
    ("Function.TypeError", "Function.TypeError"),
    ("Runtime.NoSuchHandler", "Runtime.NoSuchHandler"),
    ("TypeError", "Runtime.Unknown"),
    ("Sandbox.TypeError", "Runtime.Unknown"),
    ("MyFunction.TypeError", "Runtime.Unknown"),
    ("Runtime.type_error", "Runtime.Unknown"),
    ("Function.type_error", "Function.Unknown"),
    ("Function.T", "Function.Unknown"),
]
