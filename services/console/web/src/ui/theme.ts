import { theme, type ThemeConfig } from 'antd'

// The same values as theme.css, for antd's own parts. All figures of the four
// colours stand against their grounds with at least 4.5 : 1.
const light = {
  colorPrimary: '#7d4636', colorLink: '#7d4636', colorInfo: '#7d4636', colorText: '#2a211c', colorTextSecondary: '#5f5249', colorTextTertiary: '#76685d',
  colorTextPlaceholder: '#76685d', colorTextDescription: '#76685d', colorBgBase: '#ffffff', colorBgLayout: '#faf7f2', colorBorder: '#d3c5b4', colorBorderSecondary: '#e8dfd3',
  colorError: '#b3161f', colorWarning: '#8a5000', colorSuccess: '#1c6b43', controlItemBgActive: '#f5e9e2', controlItemBgHover: '#f4eee5',
}
const dark = {
  colorPrimary: '#a35f49', colorLink: '#e3a88f', colorInfo: '#e3a88f', colorText: '#f2eae2', colorTextSecondary: '#c6b8ab', colorTextTertiary: '#a89a8d',
  colorTextPlaceholder: '#a89a8d', colorTextDescription: '#a89a8d', colorBgBase: '#171310', colorBgContainer: '#211b17', colorBgElevated: '#2a231e', colorBorder: '#55483e', colorBorderSecondary: '#3a3029',
  colorError: '#ff8f88', colorWarning: '#f0b452', colorSuccess: '#74cd9b', colorPrimaryHover: '#b76f58', colorPrimaryActive: '#8f5140', controlItemBgActive: '#3a2820', controlItemBgHover: '#2a231e',
}

/** antd's theme for a colour scheme and a kind of screen: 44 px targets and 16 px type on the phone. */
export function themeFor(darkScheme: boolean, phone: boolean): ThemeConfig {
  return {
    algorithm: darkScheme ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'ck' },
    hashed: false,
    token: {
      ...(darkScheme ? dark : light),
      fontFamily: 'var(--font)',
      fontSize: phone ? 16 : 14,
      controlHeight: phone ? 44 : 36,
      controlHeightSM: phone ? 44 : 30,
      borderRadius: 8,
      wireframe: false,
      // Nothing waits for a transition to end: on a busy phone that end may be
      // missed, and a button then goes on turning after its answer came.
      motion: false,
    },
    components: { Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 } },
  }
}
