/** What Mermaid's own build for browsers defines (web/vendor/mermaid/), as far as the preview's frame uses it. */
declare const mermaid: {
  initialize(settings: Record<string, unknown>): void;
  run(what: { nodes: Element[] }): Promise<void>;
};
