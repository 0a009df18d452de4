import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@playwright/test'

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

/** Runs a command of the program beside the server of the journey's project, and gives what it says. */
export function changke(...args: string[]) {
  const dir = process.env.CHANGKE_DATA_DIR ?? homes[test.info().project.name as keyof typeof homes].dir
  return execFileSync('bin/changke', [...args, '--data-dir', dir], { cwd: join(import.meta.dirname, '../../../..'), encoding: 'utf8', env: { PATH: process.env.PATH } })
}
