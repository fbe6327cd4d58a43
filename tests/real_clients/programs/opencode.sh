# opencode without its screen: two questions of one session, then a file that it reads with its own tool.
opencode run "$FIRST"
opencode run --continue "$SECOND"
opencode run --continue <<END
Read the notes.
/tool read {"filePath": "$PWD/notes.txt"}
END
