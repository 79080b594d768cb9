using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Engine.Tokens;
using MuSc.Features.Images;

namespace MuSc.Engine.Results;

/// <summary>Writes <c>maps/**</c>: one float32 anomaly map [S × S] an image, as TIFF or as an array.</summary>
public sealed class MapsWriter : IResultWriter
{
    /// <inheritdoc/>
    public int Units(ScoredImages scored) => scored.Spec.Output.Maps == MapFormat.None ? 0 : scored.Images.Count;

    /// <inheritdoc/>
    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
        => EachImage.Do(scored.Images, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (image, map) =>
        {
            scored.ReadMap(image.Row, map);
            if (scored.Spec.Output.Maps == MapFormat.Npy)
            {
                NpyWriter.WriteAll(ResultStems.Place(folder, "maps", image.Stem, ".npy"), map, scored.Size, scored.Size);
            }
            else
            {
                ImageEncoder.SaveTiff(ResultStems.Place(folder, "maps", image.Stem, ".tiff"), map, scored.Size, scored.Size);
            }

            written(1);
        }, cancellationToken);
}
