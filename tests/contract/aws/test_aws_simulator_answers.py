"""What the simulated Claude says, streamed and whole: text, tools, thinking; as boto3 sees it."""

import json
import time
from typing import Any

import pytest

from emulator.aws.bedrock import answers
from emulator.aws.simulator import AwsSimulator, Pace
from emulator.background import Background
from tests.contract.aws.asking_aws import (
    HAIKU,
    HAIKU_4_5,
    SONNET,
    WEATHER,
    body_of,
    client_of,
    deltas_of,
    event_of,
    invoke,
    stream,
    text_of,
    until,
)


class TestStream:
    def test_sends_the_events_in_anthropics_order(self, bedrock: Any) -> None:
        kinds = [event["type"] for event in stream(bedrock, body_of())]
        assert kinds[:3] == ["message_start", "content_block_start", "ping"]
        assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
        assert set(kinds[3:-3]) == {"content_block_delta"}
        assert 150 <= len(kinds) - 6 <= 250

    def test_begins_with_an_empty_message_that_names_the_model(self, bedrock: Any) -> None:
        message = next(stream(bedrock, body_of(), HAIKU_4_5))["message"]
        assert message["id"].startswith("msg_bdrk_")
        assert message["model"] == "claude-haiku-4-5-20251001"
        assert (message["role"], message["content"], message["stop_reason"]) == ("assistant", [], None)
        assert message["usage"]["output_tokens"] == 1
        assert message["usage"]["input_tokens"] > 1

    def test_ends_with_the_stop_reason_and_the_usage(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of()))
        last, stop = events[-2], events[-1]
        assert last["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
        assert last["usage"]["output_tokens"] == len(events) - 6
        metrics = stop["amazon-bedrock-invocationMetrics"]
        assert metrics["outputTokenCount"] == len(events) - 6
        assert metrics["inputTokenCount"] == events[0]["message"]["usage"]["input_tokens"]

    def test_answers_in_markdown_and_repeats_the_prompt(self, bedrock: Any) -> None:
        text = text_of(list(stream(bedrock, body_of("Why is the sky blue?"))))
        assert "> Why is the sky blue?" in text
        assert "local simulator" in text
        assert all(mark in text for mark in ("\n### ", "\n1. ", "\n|---|", "\n```python\n"))

    def test_answers_in_chinese_when_asked_in_chinese(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("天空为什么是蓝色的")))
        assert "模拟器" in text_of(events)
        assert 150 <= len(deltas_of(events, "text_delta")) <= 250

    @pytest.mark.parametrize("wish", ["Draw a diagram of a river", "an SVG logo, please", "画一张河流的流程图"])
    def test_draws_what_the_page_can_preview_where_the_prompt_wishes_for_it(self, bedrock: Any, wish: str) -> None:
        text = text_of(list(stream(bedrock, body_of(wish))))
        assert f"> {wish}" in text
        assert all(f"\n```{language}\n" in text for language in ("mermaid", "svg", "html"))
        assert "{" not in text.split("```html")[0], "no hole is left open"

    def test_keeps_its_pace(self, background: Background) -> None:
        simulator = AwsSimulator(keys={}, pace=Pace(first_event_seconds=0.1, pieces_per_second=100))
        background.run(simulator.start())
        client = client_of(simulator, "bedrock-runtime")
        begun = time.monotonic()
        times = [time.monotonic() - begun for _ in stream(client, body_of(max_tokens=11))]
        client.close()
        background.run(simulator.close())
        assert times[0] >= 0.1
        assert times[-1] >= 0.19  # ten pieces later, at 100 a second

    def test_puts_one_padded_frame_in_each_http_chunk(self, simulator: AwsSimulator, bedrock: Any) -> None:
        response = bedrock.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(body_of(max_tokens=20)))
        raw = response["body"]._raw_stream
        frames = list(raw.stream(1 << 20))
        assert len(frames) == 26
        for frame in frames:
            assert int.from_bytes(frame[:4], "big") == len(frame)
        paddings = {len(json.loads(frame[frame.index(b'{"bytes"') : -4])["p"]) for frame in frames}
        assert len(paddings) > 1

    def test_ends_when_nobody_reads_it_any_more(self, simulator: AwsSimulator, bedrock: Any) -> None:
        assert until(lambda: simulator.active == 0)
        events = stream(bedrock, body_of("/slow"))
        next(events)
        assert simulator.active == 1
        events.close()  # type: ignore[attr-defined]
        assert until(lambda: simulator.active == 0)


class TestLimits:
    def test_max_tokens_ends_the_answer(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of(max_tokens=7)))
        assert len(deltas_of(events, "text_delta")) == 7
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "max_tokens"
        assert event_of(events, "message_delta")["usage"]["output_tokens"] == 7

    def test_a_stop_sequence_ends_the_answer_before_itself(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(stop_sequences=["nowhere", "Bedrock", "local"]))
        assert message["stop_reason"] == "stop_sequence"
        assert message["stop_sequence"] == "local"
        assert message["content"][0]["text"].endswith("It is the **")


class TestInvoke:
    def test_says_the_same_as_the_stream(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of("Same?"))
        events = list(stream(bedrock, body_of("Same?")))
        assert message["content"] == [{"type": "text", "text": text_of(events)}]
        assert message["stop_reason"] == "end_turn"
        assert message["usage"]["output_tokens"] == event_of(events, "message_delta")["usage"]["output_tokens"]
        assert message["usage"]["input_tokens"] == events[0]["message"]["usage"]["input_tokens"]

    def test_gives_its_token_counts_in_headers(self, bedrock: Any) -> None:
        response = bedrock.invoke_model(modelId=HAIKU, body=json.dumps(body_of(max_tokens=3)))
        assert response["contentType"] == "application/json"
        assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-bedrock-output-token-count"] == "3"
        assert response["ResponseMetadata"]["RequestId"]
        response["body"].close()


class TestTools:
    def test_slash_tool_calls_the_tool_with_arguments_of_its_schema(self, bedrock: Any) -> None:
        events = list(stream(bedrock, body_of("/tool Oslo", tools=[WEATHER])))
        block = event_of(events, "content_block_start")["content_block"]
        pieces = [delta["partial_json"] for delta in deltas_of(events, "input_json_delta")]
        assert (block["type"], block["name"], block["input"]) == ("tool_use", "weather", {})
        assert len(pieces) > 3
        assert json.loads("".join(pieces)) == {"city": "Oslo", "unit": "celsius", "days": 1}
        assert event_of(events, "message_delta")["delta"]["stop_reason"] == "tool_use"

    def test_arguments_that_may_be_left_out_are(self, bedrock: Any) -> None:
        """As a model does: a coding agent's tools have ten of them, and refuse what makes no sense together."""
        whole: Any = WEATHER["input_schema"]
        schema = {**whole, "required": ["city"]}
        [call] = invoke(bedrock, body_of("/tool Oslo", tools=[{**WEATHER, "input_schema": schema}]))["content"]
        assert call["input"] == {"city": "Oslo"}

    def test_slash_tool_may_name_the_tool_and_its_arguments(self, bedrock: Any) -> None:
        """On any line: a coding agent puts its own words before and after a person's."""
        tools = [{"name": "other", "input_schema": {"type": "object"}}, WEATHER]
        prompt = 'Today is Friday.\n/tool weather {"city": "Oslo", "days": 3}\nBe brief.'
        [call] = invoke(bedrock, body_of(prompt, tools=tools))["content"]
        assert (call["name"], call["input"]) == ("weather", {"city": "Oslo", "days": 3})

    def test_tool_choice_calls_it_whatever_the_prompt(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(tools=[WEATHER], tool_choice={"type": "tool", "name": "weather"}))
        assert message["content"][0]["name"] == "weather"
        assert message["content"][0]["input"]["unit"] == "celsius"

    def test_does_not_call_the_tool_unless_asked(self, bedrock: Any) -> None:
        assert invoke(bedrock, body_of(tools=[WEATHER]))["stop_reason"] == "end_turn"

    def test_a_tools_result_is_quoted(self, bedrock: Any) -> None:
        first = invoke(bedrock, body_of("/tool Oslo", tools=[WEATHER]))
        result = {"type": "tool_result", "tool_use_id": first["content"][0]["id"], "content": "7 degrees and rain"}
        messages = [
            {"role": "user", "content": "/tool Oslo"},
            {"role": "assistant", "content": first["content"]},
            {"role": "user", "content": [result]},
        ]
        message = invoke(bedrock, body_of(tools=[WEATHER], messages=messages))
        assert "7 degrees and rain" in message["content"][0]["text"]
        assert message["stop_reason"] == "end_turn"


class TestThinking:
    @pytest.mark.parametrize(
        ("model", "thinking"),
        [(HAIKU, {"type": "adaptive"}), (HAIKU_4_5, {"type": "enabled", "budget_tokens": 1024})],
    )
    def test_comes_first_as_a_signed_block_of_its_own(
        self, bedrock: Any, model: str, thinking: dict[str, Any]
    ) -> None:
        events = list(stream(bedrock, body_of(thinking=thinking, max_tokens=2000), model))
        starts = [event for event in events if event["type"] == "content_block_start"]
        assert [(start["index"], start["content_block"]["type"]) for start in starts] == [
            (0, "thinking"),
            (1, "text"),
        ]
        assert "".join(delta["thinking"] for delta in deltas_of(events, "thinking_delta")) == answers.THOUGHT
        assert deltas_of(events, "signature_delta")[0]["signature"]
        assert text_of(events)

    @pytest.mark.parametrize("model", [SONNET, "global.anthropic.claude-opus-5-5"])
    def test_the_largest_of_5_5_think_unasked(self, bedrock: Any, model: str) -> None:
        assert [block["type"] for block in invoke(bedrock, body_of(), model)["content"]] == ["thinking", "text"]

    def test_between_tools_is_the_least_that_sonnet_5_5_thinks(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(thinking={"type": "between_tools"}), SONNET)
        assert [block["type"] for block in message["content"]] == ["text"]

    def test_counts_towards_max_tokens(self, bedrock: Any) -> None:
        message = invoke(bedrock, body_of(max_tokens=5), SONNET)
        assert [block["type"] for block in message["content"]] == ["thinking"]
        assert message["stop_reason"] == "max_tokens"
        assert message["usage"]["output_tokens"] == 5


class TestPieces:
    @pytest.mark.parametrize(
        "text", ["", "It's 5°, naïve  café\n\n\t```x```", "天空,是蓝色。mixed混合", "👩‍👩‍👧 x\r\n"]
    )
    def test_joined_give_the_text_back(self, text: str) -> None:
        assert "".join(answers.pieces(text)) == text

    def test_are_as_short_as_tokens(self) -> None:
        assert answers.pieces("The sky is blue.") == ["The", " sky", " is", " blue", "."]
        assert answers.pieces("天空是蓝色") == ["天空", "是蓝", "色"]
