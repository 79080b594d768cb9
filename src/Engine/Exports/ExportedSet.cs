using System.Text.Encodings.Web;
using System.Text.Json;
using MuSc.Engine.Results;

namespace MuSc.Engine.Exports;

/// <summary>Results that are exported, one image in memory at a time.</summary>
/// <param name="results">The results.</param>
/// <param name="progress">Told of each image that is done.</param>
/// <param name="cancellationToken">Stops between images.</param>
internal sealed class ExportedSet(FinishedResults results, PhaseProgress progress, CancellationToken cancellationToken)
{
    /// <summary>How JSON is written: names of images stay readable.</summary>
    public static JsonWriterOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The results.</summary>
    public FinishedResults Results => results;

    /// <summary>The images that were scored, in order; the mask of one is valid until the next.</summary>
    public IEnumerable<ExportedImage> Images()
    {
        bool[] mask = new bool[results.Size * results.Size];
        for (int row = 0; row < results.Scored.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.ReadMask(row, mask);
            (int width, int height) = SizeOf(results.Scored[row]);
            yield return new(row, results.Scored[row], new(mask, results.Size, width, height));
            progress.Add(1);
        }
    }

    /// <summary>Columns and rows of the original image; of its map where tokens were scored without images.</summary>
    public (int Width, int Height) SizeOf(ImageResult line) => line is { Width: > 0, Height: > 0 } ? (line.Width, line.Height) : (results.Size, results.Size);

    /// <summary>What was decided of an image.</summary>
    public static string Decision(ImageResult line) => line.Anomalous switch { true => "anomalous", false => "normal", null => "undecided" };
}

/// <summary>One image that is exported.</summary>
/// <param name="Row">Its place among those that were scored.</param>
/// <param name="Line">Its line.</param>
/// <param name="Mask">Its mask in the size of the original.</param>
internal sealed record ExportedImage(int Row, ImageResult Line, ScaledMask Mask);
