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
  filePhoto:
    '“{name}” was not attached: Claude cannot see this kind of picture. Save it as JPEG or PNG, and attach that.',
  fileSize: '“{name}” was not attached: a PDF may be at most 3.5 MB.',
  fileLongText: '“{name}” was not attached: a text may be at most 1 MB. Attach the part that matters.',
  fileEmpty: '“{name}” was not attached: it is empty.',
  fileBroken: '“{name}” was not attached: it cannot be read as a picture.',
  filePdfBroken: '“{name}” was not attached: it is no whole PDF. Save it again, and attach that.',
  fileCount: '“{name}” was not attached: a message may have at most 10 files.',
  fileMoves: '“{name}” moves: Claude sees only its first picture.',
  fileLate: '“{name}” was not attached: another message was in the box when it had been read.',
  system: 'Instructions for Claude',
  systemHint: 'Sent along with this conversation and new ones, as the system prompt.',
  keptHere: 'Conversations are kept in this browser only.',
  keptThere:
    'Conversations are kept in this browser. The server keeps each answer, encrypted, for {minutes} minutes at most, so that a broken connection loses nothing; the page has it deleted as soon as it is complete here.',
  savedInstructions: 'Saved instructions',
  noInstructions: 'None of them',
  instructionsName: 'Name',
  instructionsNameHint: 'With a name they are kept, and other chats can use them.',
  instructionsModel: 'Model',
  anyModel: 'Whichever is chosen',
  starters: 'To begin with, one on each line',
  useInstructions: 'Use in this chat',
  palette: 'Find anything',
  palettePlaceholder: 'A command, a model, a conversation…',
  command: 'Command',
  shortcutSend: 'Send (breaks the line on a phone)',
  shortcutSendAnywhere: 'Send, on every device',
  shortcutBreak: 'Break the line',
  shortcutEditLast: 'Edit the last message, where the box is empty',
  shortcutStop: 'Stop the answer, or leave the editing',
  shortcutPalette: 'Find a command, a model or a conversation',
  shortcutList: 'This list, where no text is being typed',
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
  system: '给 Claude 的说明',
  systemHint: '作为系统提示词，随此对话和新对话一起发送。',
  keptHere: '对话只保存在此浏览器中。',
  keptThere:
    '对话保存在此浏览器中。服务器会加密保存每个回答，最多 {minutes} 分钟，这样断线也不会丢失内容；页面收到完整回答后会立即将其删除。',
  savedInstructions: '已保存的说明',
  noInstructions: '无',
  instructionsName: '名称',
  instructionsNameHint: '有名称的说明会保存下来，其他对话也能使用。',
  instructionsModel: '模型',
  anyModel: '保持所选',
  starters: '开场白，每行一条',
  useInstructions: '用于此对话',
  palette: '查找一切',
  palettePlaceholder: '命令、模型、对话…',
  command: '命令',
  shortcutSend: '发送（手机上为换行）',
  shortcutSendAnywhere: '在任何设备上发送',
  shortcutBreak: '换行',
  shortcutEditLast: '输入框为空时，修改上一条消息',
  shortcutStop: '停止回答，或退出修改',
  shortcutPalette: '查找命令、模型或对话',
  shortcutList: '不在输入文字时，显示此列表',
};

learn({ en: ENGLISH_LATER, 'zh-CN': CHINESE_LATER });
