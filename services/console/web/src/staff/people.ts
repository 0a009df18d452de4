// What the pages of staff share: words of states, and what to read again after a change.
import { AccountOpeningService } from '@changke/gen/staff/v1/account_opening_service'
import { AbsenceKind, AccountState, type Assignment } from '@changke/gen/staff/v1/staff'
import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatMonth, joinWords, type Language } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import type { Tone } from '../ui/parts.tsx'

/** Word and tone of how far an account has come. */
export const accountLook: Record<AccountState, { word: 'none' | 'opened' | 'active' | 'disabled'; tone: Tone }> = {
  [AccountState.UNSPECIFIED]: { word: 'none', tone: 'calm' },
  [AccountState.NONE]: { word: 'none', tone: 'calm' },
  [AccountState.OPENED]: { word: 'opened', tone: 'soon' },
  [AccountState.ACTIVE]: { word: 'active', tone: 'done' },
  [AccountState.DISABLED]: { word: 'disabled', tone: 'calm' },
}

/** Sorts of leave, and the key of their words. */
export const absenceKinds = { [AbsenceKind.ANNUAL]: 'annual', [AbsenceKind.SICK]: 'sick', [AbsenceKind.MATERNITY]: 'maternity', [AbsenceKind.PERSONAL]: 'personal', [AbsenceKind.OTHER]: 'other' } as const

/** 2024年3月1日, or 1 Mar 2024: a date that says which year, for things that lie years apart. */
export function fullDate(date: string, lang: Language): string {
  const [y, m, d] = date.split('-').map(Number)
  if (!y || !m || !d) return ''
  return lang === 'zh-CN' ? `${y}年${m}月${d}日` : `${d} ${formatMonth(date.slice(0, 7), lang)}`
}

/** Where a post is, in words. */
export function usePlace(): (post: Pick<Assignment, 'tenantWide' | 'storeIds'>) => string {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf } = useStores()
  return (post) => (post.tenantWide ? t('staff.office') : joinWords(post.storeIds.map(nameOf).filter(Boolean), lang))
}

/** Reads people and requests again after something changed them. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    // Whatever was read of them, page by page or one by one.
    await Promise.all([StaffService, AccountOpeningService].map((schema) => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: undefined }) })))
  }
}
