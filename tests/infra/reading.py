"""How tests read a template: values with intrinsic functions as text, and a role's statements."""

from typing import Any

from tests.infra.conftest import Synthesised


def flat(value: Any) -> str:
    """A value with intrinsic functions as one text: Ref and GetAtt in <>, joins joined."""
    if isinstance(value, dict) and set(value) == {"Fn::Join"}:
        separator, parts = value["Fn::Join"]
        return str(separator).join(flat(part) for part in parts)
    if isinstance(value, dict) and set(value) == {"Fn::GetAtt"}:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
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
    """All statements of the policies of the role whose logical id begins so: written into it, or attached."""
    found = [policy["PolicyDocument"] for policy in made.named("AWS::IAM::Role", role)["Policies"]]
    found += [
        item["PolicyDocument"] for name, item in made.of_type("AWS::IAM::Policy").items() if name.startswith(role)
    ]
    return [statement for document in found for statement in document["Statement"]]
