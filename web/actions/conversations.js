/** Shows the conversation that the address names; renames, pins and deletes conversations. */

import { isEmpty } from '../state/conversation.js';
import { EMPTY_DRAFT } from '../state/draft.js';

/**
 * @import { Hit, Store } from '../state/types.d.ts'
 * @import { Archive, Autosave, Drafts } from '../storage/types.d.ts'
 * @import { Chat } from './chat.js'
 */

/** @param {Store} store @param {{chat: Chat, archive: Archive, drafts: Drafts, autosave: Autosave}} parts */
export function createConversations(store, { chat, archive, drafts, autosave }) {
  const { state } = store;
  /** The id of the conversation that was asked for last. */
  let requested = '';
  /** What the address was last made to name: reading it costs, and every piece of an answer asks. @type {string | undefined} */
  let addressed;

  /** The conversation in memory while its answer is on its way; else the saved one. @param {string} id */
  async function find(id) {
    if (id === state.conversation.id) return state.conversation;
    await autosave.flush();
    return chat.running(id) ?? archive.read(id);
  }

  /** @param {string} id '' for a new one @param {() => void} [before] called before it is shown */
  async function show(id, before = () => {}) {
    requested = id;
    if (id === state.conversation.id) return;
    const conversation = id ? await find(id) : undefined;
    if (!conversation) return showNew(id, before);
    const { draft, edit } = await drafts.readWriting(id);
    if (requested !== id) return; // another has been asked for since
    before();
    sayWhatWaits();
    store.openConversation(conversation, draft, edit);
    chat.resume();
  }

  /** At once where '' is asked for: what is typed next belongs to it. @param {string} id @param {() => void} before */
  async function showNew(id, before) {
    if (requested !== id) return;
    before();
    sayWhatWaits();
    store.openConversation(undefined, { text: drafts.readText(''), files: EMPTY_DRAFT.files });
    if (id) store.showToast({ phrase: { key: 'notHere' } });
    await addSavedFiles();
  }

  /** A message that is held in the conversation that is left stays there, unsent. */
  function sayWhatWaits() {
    const { held, conversation } = state;
    if (held && conversation.title)
      store.showToast({ phrase: { key: 'heldElsewhere', values: { title: conversation.title } } });
  }

  /** Puts a new conversation's saved files before those attached while they were read. */
  async function addSavedFiles() {
    const { conversation } = state;
    const files = await archive.readDraftFiles('');
    if (files.length === 0) return;
    if (conversation === state.conversation && isEmpty(conversation))
      store.writeDraft({ files: [...files, ...state.draft.files] });
    else await autosave.keepDraft('', { text: drafts.readText(''), files }); // one was sent without them
  }

  /** Keeps what was typed and attached while the conversation was read. @param {string} id */
  async function showAtStart(id) {
    let [meanwhile, held] = [state.draft, false];
    await show(id, () => {
      [meanwhile, held] = [state.draft, state.held];
    });
    store.adoptReading();
    const { text, files } = state.draft;
    if (meanwhile.text) store.writeDraft({ text: [text, meanwhile.text].filter(Boolean).join('\n') });
    if (meanwhile.files.length > 0) store.writeDraft({ files: [...files, ...meanwhile.files] });
    if (held && !text && files.length === 0) store.hold();
  }

  /** @param {string} id @param {Hit} [hit] where in it the person wants to look */
  async function open(id, hit) {
    await show(id, () => history.pushState(null, '', addressOf(id)));
    if (!hit || id !== state.conversation.id) return;
    (await import('./searching.js')).lookAtHit(store, hit);
  }

  async function create() {
    if (!isEmpty(state.conversation)) await open('');
  }

  archive.watch(async (change) =>
    (await import('./other_tabs.js')).hear(store, { chat, archive, drafts, autosave }, change),
  );

  return {
    open,
    create,

    /** At the start: the list, and what the address names or what was being written. */
    async begin() {
      const id = idInAddress();
      store.writeDraft({ text: id ? '' : drafts.readText('') }); // at once, so that one can type on
      try {
        store.listSummaries(await archive.readSummaries());
        await (id ? showAtStart(id) : addSavedFiles());
        if (await archive.isAvailable()) return;
      } catch {
        // there is an archive, but it cannot be read
      }
      store.showToast({ phrase: { key: 'noHistory' } });
    },

    /** Shows the conversation that the address names, or a new one. */
    async openFromAddress() {
      addressed = undefined;
      await show(idInAddress());
    },

    /** To be called after every change: from its first prompt on, a conversation has an address and a draft of its own. */
    address() {
      const id = isEmpty(state.conversation) ? '' : state.conversation.id;
      if (id === addressed) return;
      addressed = id;
      if (idInAddress() === id) return;
      history.replaceState(null, '', addressOf(id));
      if (id) autosave.keepDraft('', EMPTY_DRAFT);
    },

    /** The conversation, to be saved as a file. */
    find,

    /** @param {string} id @param {boolean} pinned */
    async pin(id, pinned) {
      const conversation = await find(id);
      if (conversation) store.pinConversation(conversation, pinned);
    },

    /** @param {string} id @param {string} title */
    async rename(id, title) {
      const conversation = await find(id);
      if (conversation) store.renameConversation(conversation, title);
    },

    /** @param {string} id */
    async remove(id) {
      const { remove } = await import('./removing.js');
      await remove(store, { chat, archive, drafts, autosave, find, open, create }, id);
    },
  };
}

/** @returns {string} a conversation's id, or '' */
function idInAddress() {
  return location.hash.slice(1);
}

/** @param {string} id '' for a new conversation */
function addressOf(id) {
  return id ? `#${id}` : location.pathname;
}
