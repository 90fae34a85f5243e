// How smooth 2,000 nodes are, in numbers: frames while the picture moves, and the frame after each step that changes it.
// Printed, and held against nothing: a busy machine without a graphics card says little about another.
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { largePage, watched } from "./page.mjs";
import { launch } from "./browser.mjs";

const NODES = 2000;

export async function frames({ server, out }) {
  const file = largePage(server, out, NODES);
  const browser = await launch();
  try {
    console.log(`${NODES} nodes, Chromium ${browser.version()} without a graphics card, ${cpus().length} × ${cpus()[0].model}`);
    const { view } = await watched(browser, {});
    await firstDraw(view, file);
    await moving(view);
    await changing(view);
  } finally {
    await browser.close();
  }
}

async function firstDraw(view, file) {
  const times = [];
  for (let turn = 0; turn < 5; turn++) {
    await view.goto(pathToFileURL(file).href);
    await view.waitForFunction(() => document.querySelector("#count")?.textContent?.startsWith("2000"));
    times.push(await frame(view));
  }
  tell("first draw, from opening the file", times);
}

/** Waits until what was changed is on show: milliseconds since the page was opened. */
function frame(view) {
  return view.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))));
}

/** Times between frames while something goes on. */
async function between(view, act) {
  await view.evaluate(() => {
    const times = (window.frameTimes = []);
    let last = performance.now();
    const tick = (now) => {
      times.push(now - last);
      last = now;
      if (window.frameTimes === times) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  await frame(view);
  return view.evaluate(() => {
    const times = window.frameTimes;
    window.frameTimes = undefined;
    return times.slice(1);
  });
}

/** One step for each frame, as a hand is not faster. */
async function paced(view, steps, step) {
  for (let at = 0; at < steps; at++) {
    await step(at);
    await view.evaluate(() => new Promise(requestAnimationFrame));
  }
}

async function drag(view) {
  await view.mouse.move(300, 300);
  await view.mouse.down();
  await paced(view, 90, (at) => view.mouse.move(300 + (at < 45 ? at : 90 - at) * 7, 300 + at * 2));
  await view.mouse.up();
}

const wheel = (view) => paced(view, 90, (at) => view.mouse.wheel(0, at % 60 < 30 ? -60 : 60));

async function moving(view) {
  tell("dragged, all in sight: a frame", await between(view, () => drag(view)));
  tell("zoomed by the wheel: a frame", await between(view, () => wheel(view)));
  await view.locator("#search").fill("model_1000");
  await view.keyboard.press("Enter");
  await paced(view, 12, () => view.mouse.wheel(0, -200));
  tell("dragged, near enough to read: a frame", await between(view, () => drag(view)));
  tell("nothing is done: a frame", await between(view, () => paced(view, 60, () => undefined)));
}

/** From each key or click to the frame that shows what it did, seen from inside of the page. */
async function each(view, steps, step) {
  await view.evaluate(() => {
    window.stepTimes = [];
    for (const kind of ["keydown", "click"]) {
      addEventListener(kind, () => {
        const began = performance.now();
        requestAnimationFrame(() => {
          // Painted when the next task runs.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => window.stepTimes.push(performance.now() - began);
          port2.postMessage(0);
        });
      }, { capture: true, once: false });
    }
  });
  for (let at = 0; at < steps; at++) {
    await step(at);
    await frame(view);
  }
  return view.evaluate(() => window.stepTimes);
}

async function changing(view) {
  const fresh = async () => {
    await view.reload();
    await view.waitForFunction(() => document.querySelector("#count")?.textContent?.startsWith("2000"));
    await view.locator("#search").fill("model_1000");
    await view.keyboard.press("Enter");
    await view.locator("#picture").focus();
  };
  await fresh();
  const ways = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"];
  tell("focus moved by the keyboard: until shown", await each(view, 60, (at) => view.keyboard.press(ways[at % ways.length])));
  await fresh();
  tell("zoomed by the keyboard: until shown", await each(view, 40, (at) => view.keyboard.press(at % 20 < 10 ? "+" : "-")));
  await fresh();
  tell("parents hidden and opened again: until shown", await each(view, 30, (at) => view.keyboard.press(at % 2 ? "ArrowLeft" : "Shift+ArrowLeft")));
  await fresh();
  await view.locator("#filter summary").click();
  const boxes = await view.locator("#filter input[type=checkbox]").all();
  tell("filtered: until shown", await each(view, 30, (at) => boxes[Math.floor(at / 2) % boxes.length].click()));
}

function tell(what, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(0);
  console.log(`  ${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms (${sorted.length})`);
}
