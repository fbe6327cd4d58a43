/**
 * The words of what is loaded when it is first used: who loads this module adds them to those of strings.js. So the first
 * load does not carry them.
 */

import { learn } from './strings.js';
import { ENGLISH_LATER } from './strings_later_en.js';
import { CHINESE_LATER } from './strings_later_zh.js';

learn({ en: ENGLISH_LATER, 'zh-CN': CHINESE_LATER });
