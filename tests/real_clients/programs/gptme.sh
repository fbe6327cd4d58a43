# gptme without its screen: two questions of one conversation, then a command that it runs in its own shell.
gptme --non-interactive --name water --tool-format tool "$FIRST"
gptme --non-interactive --resume --name water --tool-format tool "$SECOND"
gptme --non-interactive --resume --name water --tool-format tool 'Read the notes.
/tool shell {"command": "cat notes.txt"}'
