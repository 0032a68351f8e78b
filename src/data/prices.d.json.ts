declare const prices: import('../core/price.js').PriceTable;
export = prices;
