/** The words of parts that are loaded when they are first used: the settings, back-up and import, notifications. */

import { addWords } from './strings.js';

/** @typedef {keyof typeof ENGLISH_LATER} LaterKey */

const ENGLISH_LATER = {
  titles: 'Let a model name conversations',
  titlesHint: 'One small request more after a first answer, to {model}.',
  titlesHintPriced: 'One small request more after a first answer, to {model}: about ${amount} each.',
  notify: 'Tell me when an answer is done and I am elsewhere',
  notAllowed: 'The browser does not allow it. Allow notifications for this page in its settings.',
  answerDone: 'Claude has answered',
  spending: 'Spent',
  spendingHint: 'Estimated from list prices, of the conversations that are in this browser.',
  nothingSpent: 'Nothing yet.',
  ownData: 'Your conversations',
  ownDataHint:
    'They are only in this browser. Back them up to a file; take over such a file, or the export of Claude or ChatGPT, as zip or conversations.json. What is newer here stays.',
  backUp: 'Back up all',
  restore: 'Restore or import…',
  backingUp: '{count} conversations…',
  backedUp: '{count} conversations are in the file. It is not encrypted: keep it where only you can read it.',
  readingFile: 'Reading the file…',
  restoring: '{done} of {count} conversations…',
  restored: 'Added: {added}. Brought up to date: {updated}. Already here: {present}. Newer here: {newer}.',
  restoredInPart:
    'This browser has no room for all of them. {counts} Nothing was lost: make room, then choose the file again.',
  brokenFile: 'This file is broken, or its end is missing. Nothing was changed.',
  brokenZip: 'This zip file cannot be read here. Unzip it and choose its conversations.json. Nothing was changed.',
  foreignFile:
    'No conversations were found in this file. Choose a back-up of this page, a conversation exported as JSON, or the export of Claude or ChatGPT. Nothing was changed.',
};

/** @type {Record<LaterKey, string>} */
const CHINESE_LATER = {
  titles: '让模型为对话命名',
  titlesHint: '首次回答后，多向 {model} 发送一个小请求。',
  titlesHintPriced: '首次回答后，多向 {model} 发送一个小请求，每次约 {amount} 美元。',
  notify: '我不在此页面时，回答完成后通知我',
  notAllowed: '浏览器不允许。请在浏览器设置中允许此页面发送通知。',
  answerDone: 'Claude 已回答',
  spending: '花费',
  spendingHint: '按标价估算，仅含此浏览器中的对话。',
  nothingSpent: '还没有花费。',
  ownData: '您的对话',
  ownDataHint:
    '对话只保存在此浏览器中。可以备份到一个文件，也可以导入备份文件，或 Claude、ChatGPT 的导出文件（zip 或 conversations.json）。此处较新的内容不会被覆盖。',
  backUp: '备份全部',
  restore: '恢复或导入…',
  backingUp: '已处理 {count} 个对话…',
  backedUp: '文件中有 {count} 个对话。文件未加密，请妥善保管。',
  readingFile: '正在读取文件…',
  restoring: '{done} / {count} 个对话…',
  restored: '新增 {added} 个，更新 {updated} 个，已有 {present} 个，此处较新 {newer} 个。',
  restoredInPart: '此浏览器空间不足，未能全部导入。{counts}没有内容丢失：腾出空间后，请再次选择该文件。',
  brokenFile: '文件已损坏或不完整，没有更改任何内容。',
  brokenZip: '无法读取此 zip 文件。请解压后选择其中的 conversations.json。没有更改任何内容。',
  foreignFile:
    '此文件中没有找到对话。请选择本页的备份、导出为 JSON 的对话，或 Claude、ChatGPT 的导出文件。没有更改任何内容。',
};

/** To be called before any of them is said. */
export function addLaterWords() {
  addWords({ en: ENGLISH_LATER, 'zh-CN': CHINESE_LATER });
}
