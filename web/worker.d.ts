/** What the service worker uses of its surroundings. Types only: tsc reads this file, no browser loads it. */

type Extendable = Event & { waitUntil(work: Promise<unknown>): void };

export type WorkerScope = {
  location: Location;
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<OpenPage[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(
    type: 'fetch',
    listener: (
      event: Extendable & { request: Request; respondWith(answer: Promise<Response>): void },
    ) => void,
  ): void;
  addEventListener(
    type: 'notificationclick',
    listener: (event: Extendable & { notification: Notification }) => void,
  ): void;
};

type OpenPage = { postMessage(message: object): void; focus(): Promise<unknown> };
