import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'

/** Leads to what POS vendors read, a page of the server's own. */
export function GuideLink() {
  const { t } = useTranslation()
  return <a className="nowrap" href={useLanguage() === 'en' ? '/docs/pos/en' : '/docs/pos'} target="_blank" rel="noreferrer">{t('keys.guide')}</a>
}
