import { createHash } from "node:crypto";
import { constants, openSync, closeSync, realpathSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Another process has the offline queue open. */
export class LockedError extends Error {
  override name = "LockedError";
  constructor() {
    super("changke: another process has this offline queue open");
  }
}

/** Takes a directory for this process; the system gives it back whenever the process
 * ends, however it ends. Node locks no files: on Linux and Windows a name that only
 * one process can listen on stands for the directory, elsewhere O_EXLOCK does it. */
export async function lockDir(dir: string): Promise<() => void> {
  const name = `changke-queue-${createHash("sha256").update(realpathSync(dir)).digest("hex").slice(0, 32)}`;
  switch (process.platform) {
    case "linux":
      return listen(`\0${name}`);
    case "win32":
      return listen(`\\\\.\\pipe\\${name}`);
    default: {
      const exlock = 0x20; // of macOS and the BSDs
      try {
        const fd = openSync(join(dir, "lock"), constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exlock, 0o600);
        return () => closeSync(fd);
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code === "EAGAIN") throw new LockedError();
        throw e;
      }
    }
  }
}

function listen(path: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (e: NodeJS.ErrnoException) => reject(e.code === "EADDRINUSE" ? new LockedError() : e));
    server.listen(path, () => {
      server.unref(); // holds no process up
      resolve(() => void server.close());
    });
  });
}
