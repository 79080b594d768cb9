using MuSc.Contracts;

namespace MuSc.Evaluation.DataSets;

/// <summary>One test image and what is true of it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Anomalous">Whether it shows a defect.</param>
/// <param name="Kind">The kind of defect, or what normal images are called: the name of a folder.</param>
/// <param name="Masks">Files of its masks, one for each annotated region in MVTec LOCO AD; none for normal images and where there is no mask.</param>
public sealed record DataSetImage(ImageFile Image, bool Anomalous, string Kind, IReadOnlyList<string> Masks)
{
    /// <summary>Whether it is known which of its pixels are anomalous.</summary>
    public bool PixelsAreKnown => !Anomalous || Masks.Count > 0;
}
