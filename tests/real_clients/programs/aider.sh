# aider without its screen: two questions of one conversation; it edits by text and has no tools.
aider="aider --no-git --yes-always --no-check-update --no-show-model-warnings --no-gitignore --analytics-disable"
$aider --chat-mode ask --message "$FIRST"
$aider --chat-mode ask --restore-chat-history --message "$SECOND"
