import{oa as a,va as b}from"./shared.js";export{b as createUnanswered,a as usePaged};
