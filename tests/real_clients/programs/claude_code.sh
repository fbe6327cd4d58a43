# Claude Code without its screen: two questions of one conversation, then a file that it reads with its own tool.
claude -p "$FIRST"
claude -p --continue "$SECOND"
claude -p --continue "Read the notes.
/tool Read {\"file_path\": \"$PWD/notes.txt\"}"
