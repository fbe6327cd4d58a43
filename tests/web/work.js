/**
 * Counts work where a test would otherwise measure time: the count is the same on a slow machine.
 * Import it before the modules that it counts in: V8 counts blocks only in what it compiles from then on.
 */

import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

// Else V8 may forget, on a machine under load, the code of what has not run for a while, with its counts.
setFlagsFromString('--no-flush-bytecode');

const COUNTED = /\/web\/(markdown|vendor)\//;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * How many blocks of the Markdown parser and its libraries `act` runs, and how many characters their patterns pass.
 * Backtracking within one match is not counted: the patterns themselves have to bound that.
 *
 * @param {() => void} act
 */
export function workOf(act) {
  const { exec } = RegExp.prototype;
  let passed = 0;
  RegExp.prototype.exec = function (text) {
    // every method of strings and patterns calls it, as the language demands
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    passed += passedBy(this, found, from, text.length);
    return found;
  };
  blocksRun();
  try {
    act();
  } finally {
    RegExp.prototype.exec = exec;
  }
  return blocksRun() + passed;
}

/** @param {RegExp} pattern @param {RegExpExecArray | null} found @param {number} from @param {number} end */
function passedBy({ multiline }, found, from, end) {
  if (found) return found.index + found[0].length - from;
  return multiline ? end - from : 1; // `^` without /m fails where it begins
}

/** How many blocks have run since this was last called. */
function blocksRun() {
  let count = 0;
  session.post('Profiler.takePreciseCoverage', (_, { result }) => {
    for (const { url, functions } of result) {
      if (COUNTED.test(url)) for (const { ranges } of functions) for (const range of ranges) count += range.count;
    }
  });
  return count;
}
