import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { homes } from './homes.ts'
import { reaches } from './receiver.ts'

type Home = (typeof homes)[keyof typeof homes]

/** Starts the program of a home, waits until it answers, and gives what stops it. */
async function up(home: Home, ...flags: string[]) {
  const program = spawn('bin/changke', ['up', ...flags, '--listen', home.address, '--data-dir', home.dir], {
    cwd: join(import.meta.dirname, '../../../..'),
    env: { ...process.env, DATABASE_URL: '', CHANGKE_TLS: 'off', ...reaches() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => program.kill()
  process.once('exit', kill) // however this process ends
  const ended = once(program, 'exit').finally(() => process.removeListener('exit', kill))
  let said = ''
  await new Promise<void>((ready, failed) => {
    const hear = (text: Buffer) => {
      said += text.toString()
      if (/s {2}ready$/m.test(said)) ready()
    }
    program.stdout.on('data', hear)
    program.stderr.on('data', hear)
    program.once('error', failed)
    program.once('exit', () => failed(new Error(`bin/changke up for ${home.dir} ended:\n${said}`)))
  })
  return async () => {
    kill()
    await ended
  }
}

// How long until the next moment at which a chain's day turns: at four in the morning in
// Shanghai the business day, at five the daily runs.
const hour = 3_600_000
const untilTurn = () => Math.min(...[20, 21].map((at) => (at * hour - (Date.now() % (24 * hour)) + 24 * hour) % (24 * hour)))

/** The demo's year is played once: what came of it is copied for the other homes, and every home begins with it. */
export default async function start() {
  // What stands for today when the demo is made has to stand there to the end.
  while (untilTurn() < hour / 6) await setTimeout(untilTurn() + 1000)
  const [first, ...others] = Object.values(homes) as [Home, ...Home[]]
  const made = await up(first, '--reset')
  await made()
  for (const { dir } of others) {
    rmSync(dir, { recursive: true, force: true })
    execFileSync('cp', ['-a', first.dir, dir])
  }
  const stops = await Promise.all(Object.values(homes).map((home) => up(home)))
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}
