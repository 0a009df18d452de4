import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'

/** Leads to what POS vendors read, pages of the server's own: the guide and the reference. */
export function GuideLink() {
  const { t } = useTranslation()
  return (
    <span className="nowrap">
      <a href={useLanguage() === 'en' ? '/docs/pos/en' : '/docs/pos'} target="_blank" rel="noreferrer">{t('keys.guide')}</a>
      {' · '}
      <a href="/docs/api" target="_blank" rel="noreferrer">{t('keys.reference')}</a>
    </span>
  )
}
