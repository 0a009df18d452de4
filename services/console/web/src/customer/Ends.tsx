import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip } from '../ui/parts.tsx'

const shownFrom = 30

/** When a file that nobody submits is deleted, once that is near (DEL-02). */
export function Ends({ date }: { date: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  const days = (Date.parse(date) - Date.parse(businessDate)) / 86_400_000
  if (!date || days > shownFrom) return null
  return <Chip tone={days <= 7 ? 'late' : 'soon'} title={t('customer.endsWhy')}>{t('customer.ends', { date: formatDate(date, lang) })}</Chip>
}
