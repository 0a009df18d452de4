import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file of the queue is damaged where nothing was being written: a broken disk, or
 * somebody has edited it. Nothing was changed. */
export class DamagedError extends Error {
  override name = "DamagedError";
}

/** An append-only file of lines, each with its checksum: "1a2b3c4d {…}\n", as the Go
 * SDK writes it too. A line that stands there whole was synced before anybody was
 * told; of a write that was cut off, at whatever byte, nothing stays but the end of
 * the file, which the next open takes away. All of it is synchronous: what has
 * returned is safe. */
export class Journal {
  readonly #path: string;
  #fd: number;
  #size = 0;
  #broken: Error | undefined;

  /** Opens or makes the file and gives its lines to read. */
  constructor(path: string, read: (line: string) => void) {
    this.#path = path;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600); // bills hold guests' numbers
    try {
      this.#load(read);
      syncDir(dirname(path));
    } catch (e) {
      closeSync(this.#fd);
      throw e;
    }
  }

  #load(read: (line: string) => void): void {
    const all = readFileSync(this.#fd);
    while (this.#size < all.length) {
      const end = all.indexOf(0x0a, this.#size);
      const line = all.subarray(this.#size, end < 0 ? all.length : end);
      const good = line.length > 9 && line[8] === 0x20 && line.subarray(0, 8).toString("latin1") === checksum(line.subarray(9));
      // Cut off while it was written: nobody was told that it is safe.
      if (end < 0 || (!good && end === all.length - 1)) break;
      if (!good) throw new DamagedError(`changke: ${this.#path} is damaged at byte ${this.#size}`);
      try {
        read(line.subarray(9).toString("utf8"));
      } catch {
        throw new DamagedError(`changke: ${this.#path} is damaged, or newer than this version, at byte ${this.#size}`);
      }
      this.#size = end + 1;
    }
    if (this.#size < all.length) this.#cut(this.#size);
  }

  /** Bytes of the file. */
  get size(): number {
    return this.#size;
  }

  /** Writes a line and syncs it. An error leaves the file as it was. */
  append(body: string): void {
    if (this.#broken) throw this.#broken;
    const text = Buffer.from(body, "utf8");
    const line = Buffer.concat([Buffer.from(`${checksum(text)} `), text, Buffer.from("\n")]);
    try {
      for (let at = 0; at < line.length; ) at += writeSync(this.#fd, line, at, line.length - at, this.#size + at);
      fsyncSync(this.#fd);
    } catch (e) {
      try {
        this.#cut(this.#size);
      } catch (failed) {
        this.#broken = new Error("changke: the offline queue can't be written and must be opened anew", { cause: failed });
      }
      throw e;
    }
    this.#size += line.length;
  }

  #cut(size: number): void {
    ftruncateSync(this.#fd, size);
    this.#size = size;
    fsyncSync(this.#fd);
  }

  /** Puts lines in the place of all there are, at once or not at all. */
  replace(bodies: string[]): void {
    if (this.#broken) throw this.#broken;
    if (bodies.length === 0) {
      this.#cut(0);
      return;
    }
    const next = `${this.#path}.new`;
    rmSync(next, { force: true });
    const fresh = new Journal(next, () => {});
    try {
      for (const b of bodies) fresh.append(b);
    } finally {
      fresh.close();
    }
    try {
      closeSync(this.#fd); // Windows renames no file that is open
      renameSync(next, this.#path);
      syncDir(dirname(this.#path));
      this.#fd = openSync(this.#path, constants.O_RDWR);
    } catch (e) {
      this.#broken = e as Error;
      throw e;
    }
    this.#size = fresh.size;
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#fd);
  }
}

/** Makes a file's name in a directory safe; NTFS keeps names in its own journal. */
function syncDir(dir: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(dir, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

/** CRC-32 in eight hexadecimal digits; node:zlib has it only from 22.2 on. */
function checksum(body: Uint8Array): string {
  let c = 0xffffffff;
  for (const b of body) c = table[(c ^ b) & 0xff]! ^ (c >>> 8);
  return ((c ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
