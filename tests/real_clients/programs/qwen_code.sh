# Qwen Code without its screen: two questions of one session, then a file that it reads with its own tool.
qwen -p "$FIRST"
qwen --continue -p "$SECOND"
qwen --continue -p "Read the notes.
/tool read_file {\"file_path\": \"$PWD/notes.txt\"}"
