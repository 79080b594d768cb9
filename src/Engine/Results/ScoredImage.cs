using MuSc.Contracts;

namespace MuSc.Engine.Results;

/// <summary>One scored image.</summary>
/// <param name="Row">Its row in the patch scores.</param>
/// <param name="Name">Its name.</param>
/// <param name="Stem">The name of its files in the results, without extension; no two images have the same.</param>
/// <param name="File">The image's file, or null where tokens were given.</param>
/// <param name="Line">Its line in the results.</param>
public sealed record ScoredImage(int Row, string Name, string Stem, ImageFile? File, ImageResult Line);
