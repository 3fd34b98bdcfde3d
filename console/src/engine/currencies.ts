// How many decimals a currency has: ISO 4217's word, as the API has it. Browsers have other ideas of it (none for HUF, IDR, COP …).
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD IQD JOD KWD LYD OMR TND".split(" ");

export const exponent = (currency: string) => (NONE.includes(currency) ? 0 : THREE.includes(currency) ? 3 : 2);
