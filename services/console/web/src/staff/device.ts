// How a browser's User-Agent reads to people.
const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信'], [/DingTalk/, '钉钉'], [/wxwork/, '企业微信'], [/Edg(?:e|A|iOS)?\//, 'Edge'], [/OPR\//, 'Opera'], [/HuaweiBrowser/, '华为浏览器'],
  [/Firefox|FxiOS/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/HarmonyOS/, 'HarmonyOS'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'macOS'], [/Linux/, 'Linux'],
]

/** "Chrome · Windows"; empty when nothing is recognised. */
export function deviceName(agent: string): string {
  const find = (list: [RegExp, string][]) => list.find(([is]) => is.test(agent))?.[1]
  return [find(browsers), find(systems)].filter(Boolean).join(' · ')
}

/** Whether it is held in the hand. */
export const isHandheld = (agent: string) => /iPhone|iPad|Android|HarmonyOS|Mobile/.test(agent)
