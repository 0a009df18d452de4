import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Go } from '../ui/parts.tsx'

/** Over every page while the caller may act for somebody: what he does may read "he for them" (ROL-05). */
export function ActingStrip() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const names = [...new Set(useMe().actingFor.map((d) => d.holderName))]
  if (names.length === 0) return null
  return (
    <p className="acting">
      <Icon name="swap" size={16} />
      <span>{t('delegation.acting', { names: joinWords(names, lang) })}</span>
      <Go to="/delegations">{t('delegation.see')}</Go>
    </p>
  )
}
