// What the clients' tests ask, and at which address.

export const { URL: url = '', KEY: key = '' } = process.env;
export const model = 'claude-haiku-5-5';
export const answer = process.env.ANSWER ?? ''; // the whole answer to 你好
export const png = 'iVBORw0KGgo=';
export const schema = { type: 'object', properties: { city: { type: 'string' } } };
export const asked = (content = '你好') => ({ model, max_tokens: 1000, messages: [{ role: 'user', content }] });

/** A fetch that records the answers: their status and retry-after. */
export function recording() {
  const seen = [];
  const fetcher = async (input, init) => {
    const response = await fetch(input, init);
    seen.push([response.status, response.headers.get('retry-after')]);
    return response;
  };
  return { seen, fetch: fetcher };
}
