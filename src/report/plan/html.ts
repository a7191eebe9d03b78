export const formatPlanHtml = () => '';
