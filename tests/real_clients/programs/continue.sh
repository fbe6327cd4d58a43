# Continue's command line: two questions of one session, then a file that it reads with its own tool.
cn -p --config ~/.continue/config.yaml "$FIRST"
cn -p --config ~/.continue/config.yaml --resume "$SECOND"
cn -p --config ~/.continue/config.yaml --resume "Read the notes.
/tool Read {\"filepath\": \"$PWD/notes.txt\"}"
