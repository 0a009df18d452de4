import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the programs of a run keep their data: in memory where there is room for it. */
const room = (() => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 2 ** 31 ? '/dev/shm' : tmpdir()
  } catch {
    return tmpdir()
  }
})()

const home = (project: string, port: number) => ({ address: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, dir: join(room, `changke-e2e-${project}`) })

/** The program of each project. */
export const homes = { phone: home('phone', 18473), desktop: home('desktop', 18474) }
