/** A message as ChatGPT's export has it. */
export const message = (role, text, more = {}) => ({
  author: { role },
  create_time: 1.5,
  content: { content_type: 'text', parts: [text] },
  metadata: {},
  ...more,
});
