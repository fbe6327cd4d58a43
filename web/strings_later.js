/**
 * The words of what is loaded when it is first used: who loads this module adds them to those of strings.js. So the first
 * load does not carry them.
 */

import { learn } from './strings.js';

/** @typedef {keyof typeof ENGLISH_LATER} LaterKey */

const ENGLISH_LATER = {
  fileKind: '“{name}” was not attached: only pictures (PNG, JPEG, GIF, WebP), PDFs and text in UTF-8 can be.',
  fileOffice: '“{name}” was not attached: Word’s files cannot be read here. Save it as PDF, and attach that.',
  fileSheet: '“{name}” was not attached: spreadsheets cannot be read here. Save it as CSV or PDF, and attach that.',
  fileSlides: '“{name}” was not attached: presentations cannot be read here. Save it as PDF, and attach that.',
  filePhoto: '“{name}” was not attached: Claude cannot see this kind of picture. Save it as JPEG or PNG, and attach that.',
  fileSize: '“{name}” was not attached: a PDF may be at most 3.5 MB.',
  fileLongText: '“{name}” was not attached: a text may be at most 1 MB. Attach the part that matters.',
  fileEmpty: '“{name}” was not attached: it is empty.',
  fileBroken: '“{name}” was not attached: it cannot be read as a picture.',
  filePdfBroken: '“{name}” was not attached: it is no whole PDF. Save it again, and attach that.',
  fileCount: '“{name}” was not attached: a message may have at most 10 files.',
  fileMoves: '“{name}” moves: Claude sees only its first picture.',
  fileLate: '“{name}” was not attached: another message was in the box when it had been read.',
};

/** @type {Record<LaterKey, string>} */
const CHINESE_LATER = {
  fileKind: '未添加“{name}”：只支持图片（PNG、JPEG、GIF、WebP）、PDF 和 UTF-8 文本。',
  fileOffice: '未添加“{name}”：此处无法读取 Word 文件，请另存为 PDF 后再添加。',
  fileSheet: '未添加“{name}”：此处无法读取电子表格，请另存为 CSV 或 PDF 后再添加。',
  fileSlides: '未添加“{name}”：此处无法读取演示文稿，请另存为 PDF 后再添加。',
  filePhoto: '未添加“{name}”：Claude 看不了这种图片，请另存为 JPEG 或 PNG 后再添加。',
  fileSize: '未添加“{name}”：PDF 不能超过 3.5 MB。',
  fileLongText: '未添加“{name}”：文本不能超过 1 MB，请只添加相关部分。',
  fileEmpty: '未添加“{name}”：它是空的。',
  fileBroken: '未添加“{name}”：无法作为图片读取。',
  filePdfBroken: '未添加“{name}”：它不是完整的 PDF，请重新保存后再添加。',
  fileCount: '未添加“{name}”：一条消息最多 10 个文件。',
  fileMoves: '“{name}”是动图：Claude 只能看到第一帧。',
  fileLate: '未添加“{name}”：读取完成时，输入框中已是另一条消息。',
};

learn({ en: ENGLISH_LATER, 'zh-CN': CHINESE_LATER });
