using MuSc.Contracts;
using MuSc.Engine.Local;

namespace MuSc.Engine.Results;

/// <summary>Makes the results' lines of scored images, one after the other.</summary>
public sealed class LineWriter
{
    private readonly SetScores _scores;
    private readonly int[] _ranks;
    private int _next;

    /// <param name="scores">The scores; equal ones rank in the order of the images.</param>
    public LineWriter(SetScores scores)
    {
        _scores = scores;
        _ranks = new int[scores.After.Length];
        int rank = 0;
        foreach (int image in Enumerable.Range(0, _ranks.Length).OrderByDescending(image => scores.After[image]))
        {
            _ranks[image] = ++rank;
        }
    }

    /// <summary>The line of the next image.</summary>
    public ImageResult Next(string name, int width, int height)
    {
        int image = _next++;
        return new(name, _scores.After[image], _scores.Before[image], _ranks[image], width, height, null);
    }
}
