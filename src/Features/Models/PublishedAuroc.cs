namespace MuSc.Features.Models;

/// <summary>What the authors' code gave with a backbone, in percent, as its README reports.</summary>
/// <param name="MvtecImage">MVTec AD, image AUROC.</param>
/// <param name="MvtecPixel">MVTec AD, pixel AUROC.</param>
/// <param name="VisaImage">VisA, image AUROC.</param>
/// <param name="VisaPixel">VisA, pixel AUROC.</param>
public sealed record PublishedAuroc(double MvtecImage, double MvtecPixel, double VisaImage, double VisaPixel);
