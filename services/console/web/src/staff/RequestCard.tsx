import { AccountRequestState, AccountState, type AccountRequest } from '@changke/gen/staff/v1/staff'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { Turn } from '../customer/Turn.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, type Tone } from '../ui/parts.tsx'
import { fullDate } from './people.ts'

const looks: Record<AccountRequestState, { word: 'pending' | 'opened' | 'refused' | 'withdrawn'; tone: Tone }> = {
  [AccountRequestState.UNSPECIFIED]: { word: 'pending', tone: 'calm' },
  [AccountRequestState.PENDING]: { word: 'pending', tone: 'soon' },
  [AccountRequestState.OPENED]: { word: 'opened', tone: 'accent' },
  [AccountRequestState.REFUSED]: { word: 'refused', tone: 'late' },
  [AccountRequestState.WITHDRAWN]: { word: 'withdrawn', tone: 'calm' },
}

/** A request for an account, form 1 in a few lines, with the acts below. */
export function RequestCard({ request: r, mark, children }: { request: AccountRequest; mark?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const active = r.state === AccountRequestState.OPENED && r.account === AccountState.ACTIVE
  const look = looks[r.state]
  return (
    <article className="request" aria-label={r.name}>
      <div className="top">
        <span className="row"><b>{r.name}</b><span className="mono quiet">{r.staffNo}</span><span lang="zh-CN">{r.position}</span><span className="quiet">{r.storeName}</span></span>
        {mark ?? <Chip tone={active ? 'done' : look.tone}>{t(active ? 'accounts.states.active' : `accounts.states.${look.word}`)}</Chip>}
      </div>
      <div className="second small">{r.maskedPhone} · {t('accounts.entry', { date: fullDate(r.entryDate, lang) })} · {t('accounts.appliedBy', { name: r.appliedByName, time: formatTime(r.applyTime, lang, zone) })}</div>
      <div>{r.reason}</div>
      {r.refusal && <div className="text-late">{t('accounts.refusal', { reason: r.refusal })}</div>}
      {r.turn && <Turn turn={r.turn} nobody={t('accounts.nobody')} />}
      {children}
    </article>
  )
}
