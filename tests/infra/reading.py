"""How tests read a template: values with intrinsic functions as text, and a role's statements."""

from typing import Any

from tests.infra.conftest import Synthesised

ADDRESS = "https://url-id.lambda-url.us-east-1.on.aws"
# Attributes that the template takes apart, as AWS gives them.
GIVEN = {"ApiFunctionFunctionUrlFF5ECAE6.FunctionUrl": f"{ADDRESS}/"}


def flat(value: Any) -> str:
    """A value with intrinsic functions as one text: Ref and GetAtt in <> or as GIVEN, the others worked out."""
    if isinstance(value, dict) and set(value) == {"Fn::Join"}:
        separator, parts = value["Fn::Join"]
        return str(separator).join(flat(part) for part in parts)
    if isinstance(value, dict) and set(value) == {"Fn::Select"}:
        number, parts = value["Fn::Select"]
        separator, whole = parts["Fn::Split"]
        return flat(whole).split(separator)[int(number)]
    if isinstance(value, dict) and set(value) == {"Fn::GetAtt"}:
        name = ".".join(value["Fn::GetAtt"])
        return GIVEN.get(name, f"<{name}>")
    if isinstance(value, dict) and set(value) == {"Ref"}:
        return f"<{value['Ref']}>"
    return str(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def conditions(statement: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = statement.get("Condition", {})
    assert set(found) <= {"StringEquals"}
    return tuple(sorted((key, flat(value)) for key, value in found.get("StringEquals", {}).items()))


def statements(made: Synthesised, role: str) -> list[dict[str, Any]]:
    """All statements of the policies of the role whose logical id begins with `role`: inline or attached."""
    found = [policy["PolicyDocument"] for policy in made.named("AWS::IAM::Role", role)["Policies"]]
    found += [
        item["PolicyDocument"] for name, item in made.of_type("AWS::IAM::Policy").items() if name.startswith(role)
    ]
    return [statement for document in found for statement in document["Statement"]]
