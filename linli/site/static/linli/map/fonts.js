// Labels are drawn from the fonts of the machine; nothing is fetched.
// The first name of a stack is read for its weight, so a bold stack begins with a name that says so.

const FAMILIES = ["PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "sans-serif"];

export const REGULAR = ["Linli Regular", ...FAMILIES];
export const MEDIUM = ["Linli Medium", ...FAMILIES];
export const BOLD = ["Linli Bold", ...FAMILIES];
