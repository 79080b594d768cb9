import { ApiError, ask, askAll, askJson, inPath } from "./api.js";

const atOnce = 4;
const mostTries = 6;
const firstPause = 500;

/** The files of a drop, with folders' files by their path below what was dropped: `{ name, file }`. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return { title: "", files: [...transfer.files].map(file => ({ name: file.name, file })) };
  const found = [];
  const alone = entries.length === 1 && entries[0].isDirectory;
  for (const entry of entries) await collect(entry, alone ? "" : entry.name, found);
  return { title: alone ? entries[0].name : "", files: found };
}

async function collect(entry, name, found) {
  if (entry.isFile) {
    found.push({ name, file: await new Promise((done, failed) => entry.file(done, failed)) });
    return;
  }
  const reader = entry.createReader();
  // A reader gives a hundred at a time, and none at the end.
  for (let some; (some = await new Promise((done, failed) => reader.readEntries(done, failed))).length > 0;) {
    for (const child of some) await collect(child, name ? `${name}/${child.name}` : child.name, found);
  }
}

/** The files of an input; those of a folder by their path below it. */
export function chosenFiles(input) {
  const files = [...input.files];
  const title = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  return { title, files: files.map(file => ({ name: file.webkitRelativePath.split("/").slice(1).join("/") || file.name, file })) };
}

/**
 * Sends files into a set and gives its identifier. What an earlier attempt has sent is not sent again.
 * @param sent called with the number of files and bytes that the set has
 */
export async function upload(title, files, sent, signal) {
  const key = `set ${title} ${files.length} ${files.reduce((sum, { file }) => sum + file.size, 0)} ${Math.max(...files.map(({ file }) => file.lastModified))}`;
  const { set, there } = await begun(localStorage.getItem(key), files, signal) ?? { set: await begin(title, signal), there: new Set() };
  localStorage.setItem(key, set);
  const left = files.filter(({ name }) => !there.has(name));
  let count = files.length - left.length;
  let bytes = files.reduce((sum, { name, file }) => sum + (there.has(name) ? file.size : 0), 0);
  sent(count, bytes);
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const worker = async () => {
    for (let next; (next = left.shift());) {
      await put(set, next, either);
      sent(++count, bytes += next.file.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    stop.abort();
  }
  return set;
}

async function begin(title, signal) {
  return (await askJson("/v1/sets", { method: "POST", json: title ? { name: title } : {}, signal })).id;
}

// A set of another attempt, if it is still there and has nothing else.
async function begun(set, files, signal) {
  if (!set) return null;
  try {
    const images = await askAll(`/v1/sets/${set}/images`, { signal });
    const sizes = new Map(files.map(({ name, file }) => [name, file.size]));
    return images.every(image => sizes.get(image.name) === image.bytes) ? { set, there: new Set(images.map(image => image.name)) } : null;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

async function put(set, { name, file }, signal) {
  for (let tries = 1; ; tries++) {
    try {
      await ask(`/v1/sets/${set}/images/${inPath(name)}?replace=true`, { method: "PUT", body: file, signal });
      return;
    } catch (error) {
      const passing = !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
      if (signal.aborted || !passing || tries === mostTries) {
        throw signal.aborted ? error : new Error(`${name} could not be sent: ${error.message}`, { cause: error });
      }
      await new Promise(done => setTimeout(done, firstPause * 2 ** tries * (0.5 + Math.random())));
    }
  }
}
