// One reader of errors: what happened, what to do, and the request's id.
import { Code, ConnectError } from '@connectrpc/connect'
import { FaultSchema, type Violation } from '@changke/gen/fault/v1/fault'
import i18next from 'i18next'

/** An error as a page shows it. */
export interface Explained {
  code: Code
  /** Stable reason of the server, e.g. "customer.already_on_file"; empty when the server was not reached. */
  reason: string
  /** What happened. */
  message: string
  /** What the reader can do; empty where the message says it. */
  advice: string
  requestId: string
  violations: Violation[]
}

/** Whether the same call may well succeed in a moment. */
export function transient(error: unknown): boolean {
  return [Code.Unavailable, Code.DeadlineExceeded].includes(ConnectError.from(error).code)
}

/** Reads an error of a call. Chinese shows the server's own words; other languages show theirs by the stable reason, and the server's English of a field where it has one. */
export function explain(error: unknown): Explained {
  const e = ConnectError.from(error)
  const fault = e.findDetails(FaultSchema)[0]
  // A browser that got no answer at all reports a TypeError; connect calls that unknown.
  const code = !fault && e.cause instanceof TypeError ? Code.Unavailable : e.code
  const t = i18next.t.bind(i18next) as (key: string, options?: object) => string
  const astray = fault?.reason === 'invalid_field' && fault.violations.length > 0 && fault.violations.every((v) => fromAddress.includes(v.field))
  const foreign = i18next.language !== 'zh-CN'
  const own = !astray && fault && foreign ? t(`fault.reasons.${fault.reason.replaceAll('.', '_')}`, { defaultValue: '' }) : ''
  const kind = astray ? 'missing' : byReason[fault?.reason ?? ''] ?? kinds[code] ?? 'internal'
  const wait = fault?.retryAfterSeconds ?? 0
  return {
    code,
    reason: fault?.reason ?? '',
    message: own || (!astray && fault?.message) || t(`fault.${kind}.message`),
    advice: wait > 0 ? t('fault.wait', { minutes: Math.ceil(wait / 60) }) : t(`fault.${kind}.advice`, { defaultValue: '' }),
    requestId: fault?.requestId || e.metadata.get('x-request-id') || '',
    violations: (fault?.violations ?? []).map((v) => (foreign && v.messageEn ? { ...v, message: v.messageEn } : v)),
  }
}

/** What is wrong with a field: the server's own words in Chinese, in another language those of its rule. */
export function wordsOf({ rule, message }: { rule: string; message: string }): string {
  if (i18next.language === 'zh-CN' || !/^[“\p{Script=Han}]/u.test(message)) return message
  const t = i18next.t.bind(i18next) as (key: string, options?: object) => string
  return t(`fault.reasons.${rule}`, { defaultValue: t('fault.input.message') })
}

/** The violations by the last part of their path: "fields.name" → name. */
export function violationsByField(error: unknown): Record<string, Violation> {
  if (!error) return {}
  return Object.fromEntries(explain(error).violations.map((v) => [v.field.split('.').pop() ?? v.field, v]))
}

// Nobody types an id: one of a wrong form stood in the address, and names nothing.
const fromAddress = ['id', 'person_id']

// Reached, but not able to answer.
const byReason: Record<string, 'busy'> = { busy: 'busy', deadline: 'busy' }

const kinds: Partial<Record<Code, 'input' | 'forbidden' | 'missing' | 'changed' | 'network' | 'busy' | 'session' | 'internal'>> = {
  [Code.InvalidArgument]: 'input',
  [Code.OutOfRange]: 'input',
  [Code.PermissionDenied]: 'forbidden',
  [Code.NotFound]: 'missing',
  [Code.Aborted]: 'changed',
  [Code.AlreadyExists]: 'changed',
  [Code.FailedPrecondition]: 'changed',
  [Code.Unavailable]: 'network',
  [Code.DeadlineExceeded]: 'network',
  [Code.ResourceExhausted]: 'busy',
  [Code.Unauthenticated]: 'session',
}
