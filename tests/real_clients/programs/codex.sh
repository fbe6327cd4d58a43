# Codex without its screen: two questions of one session, then a command that it runs in its own shell.
export CLAUDE_STREAM_KEY="$KEY"
codex="codex exec --skip-git-repo-check --sandbox danger-full-access"
$codex "$FIRST"
$codex resume --last "$SECOND"
$codex resume --last 'Read the notes.
/tool exec_command {"cmd": "cat notes.txt"}'
